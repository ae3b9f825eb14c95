package dev.floe.core.lifecycle;

/** Condition of a component, with a few words for operators. */
public record Health(boolean healthy, String detail) {
    public static final Health OK = new Health(true, "");

    public static Health down(String detail) {
        return new Health(false, detail);
    }
}
