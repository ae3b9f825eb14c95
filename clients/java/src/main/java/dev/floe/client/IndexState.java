package dev.floe.client;

/**
 * How many of a table's data files have an index; rows of the others are found too, more slowly.
 *
 * @param files of the snapshot that was looked at last; -1 where nobody has looked yet
 * @param error of a file that is tried again; empty where there is none, and for all but admins
 */
public record IndexState(String name, long files, long filesDone, String error) {
    public boolean isKnown() {
        return files >= 0;
    }
}
