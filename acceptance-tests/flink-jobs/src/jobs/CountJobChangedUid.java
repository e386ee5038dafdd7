package jobs;

/** Version 1 after somebody renamed the uid of the counting operator: its state fits nowhere. */
public final class CountJobChangedUid {
    private CountJobChangedUid() {}

    /** Runs version 1 under the new uid. */
    public static void main(String[] argv) throws Exception {
        CountJob.run(Arguments.of(argv), "renamed-count", false);
    }
}
