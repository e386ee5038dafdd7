package scout;

/**
 * Looks at storage and jobs from inside a JobManager, and tells what it saw.
 *
 * <p>Flink's "/jars/:id/plan" runs main() and answers with its exception, so the answer is thrown,
 * as one line of JSON between two marks. It starts no job. Whatever cannot be found out is answered
 * as such: nothing but an {@link Answer} ever leaves main().
 *
 * <p>Compiled against the oldest supported Flink and run on all of them. The classes used are
 * Flink's own and may be missing or different in a version to come, hence every Throwable is caught.
 */
public final class Scout {
    private Scout() {}

    public static void main(String[] args) {
        String answer;
        try {
            answer = answer(args);
        } catch (Throwable reason) {
            answer = Json.object("cannotTell", Json.text(reason.toString()));
        }
        throw new Answer(answer);
    }

    private static String answer(String[] args) throws Exception {
        String question = args.length == 0 ? "" : args[0];
        switch (question) {
            case "list":
                return Listing.of(args[1]);
            case "metadata":
                return Metadata.of(args, 1);
            case "operators":
                return Operators.of(args[1], args[2], args, 3);
            case "writable":
                return Writable.of(args[1]);
            default:
                return Json.object("cannotTell", Json.text("unknown question: " + question));
        }
    }
}
