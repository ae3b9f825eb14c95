package dev.floe.standalone.doctor;

/** One thing looked at: what was found, and what to do where it is not well. */
public record Finding(String what, boolean well, String found, String advice) {
    public static Finding well(String what, String found) {
        return new Finding(what, true, found, "");
    }

    public static Finding ill(String what, String found, String advice) {
        return new Finding(what, false, found, advice);
    }
}
