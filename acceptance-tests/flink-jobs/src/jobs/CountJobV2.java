package jobs;

/** Version 2: version 1 with one stateful operator more, uid {@code total}. */
public final class CountJobV2 {
    private CountJobV2() {}

    /** Runs version 2. */
    public static void main(String[] argv) throws Exception {
        CountJob.run(Arguments.of(argv), "count", true);
    }
}
