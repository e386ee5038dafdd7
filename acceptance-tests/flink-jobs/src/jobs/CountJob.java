package jobs;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Version 1: number sequence, throttle, faults, running count by key, sinks. Its output proves
 * whether every number was counted exactly once.
 *
 * <pre>
 * --out FILE           appends every line at once
 * --committed FOLDER   commits lines with checkpoints
 * --rate N             records a second and subtask (50)
 * --bound N            last number (10^9: endless)
 * --keys N             how many keys (10)
 * --payload BYTES      state kept beside each key's count (0)
 * --checkpoint MS      checkpoint interval (by the cluster's configuration)
 * --parallelism N      set in the program, which beats the submission
 * --generation TEXT    last column of each line (g0)
 * --control FOLDER     see Faults
 * --fail main|runtime  throw in main(), or in each run after --failAfter records
 * --noexecute --exit --twice --mainSleep MS --name TEXT
 * </pre>
 */
public final class CountJob {
    private CountJob() {}

    /** Runs version 1. */
    public static void main(String[] argv) throws Exception {
        run(Arguments.of(argv), "count", false);
    }

    static void run(Arguments arguments, String countUid, boolean withTotal) throws Exception {
        if ("main".equals(arguments.text("fail", ""))) {
            throw new IllegalStateException("injected: main refuses to build a job");
        }
        if (arguments.on("exit")) {
            System.exit(3);
        }
        Thread.sleep(arguments.number("mainSleep", 0));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        String name = arguments.text("name", "count");
        build(environment, arguments, countUid, withTotal);
        if (arguments.on("noexecute")) {
            return;
        }
        if (arguments.on("twice")) {
            environment.executeAsync(name + "-first");
            build(environment, arguments, countUid, withTotal);
        }
        environment.execute(name);
    }

    private static void build(
            StreamExecutionEnvironment environment, Arguments arguments, String countUid, boolean withTotal) {
        if (arguments.number("parallelism", 0) > 0) {
            environment.setParallelism((int) arguments.number("parallelism", 0));
        }
        if (arguments.number("checkpoint", 0) > 0) {
            environment.enableCheckpointing(arguments.number("checkpoint", 0));
        }
        SingleOutputStreamOperator<String> lines = count(numbers(environment, arguments), arguments, countUid);
        if (withTotal) {
            lines = lines.map(new RunningTotal()).uid("total").name("total");
        }
        if (!arguments.text("out", "").isEmpty()) {
            lines = lines.map(new FileSink(arguments.text("out", ""))).uid("file").name("file");
        }
        if (!arguments.text("committed", "").isEmpty()) {
            lines.map(new TransactionalSink(arguments.text("committed", ""))).uid("transactions").name("transactions");
        }
    }

    private static DataStream<Long> numbers(StreamExecutionEnvironment environment, Arguments arguments) {
        boolean failing = "runtime".equals(arguments.text("fail", ""));
        NumberSequenceSource source = new NumberSequenceSource(1, arguments.number("bound", 1_000_000_000L));
        return environment.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers").uid("numbers")
                .map(new Throttle(arguments.number("rate", 50))).uid("throttle").name("throttle")
                .map(new Faults(arguments.text("control", ""), failing ? arguments.number("failAfter", 20) : 0))
                .uid("faults").name("faults");
    }

    private static SingleOutputStreamOperator<String> count(
            DataStream<Long> numbers, Arguments arguments, String uid) {
        long keys = arguments.number("keys", 10);
        RunningCount count =
                new RunningCount(arguments.text("generation", "g0"), (int) arguments.number("payload", 0));
        return numbers.keyBy(number -> number % keys, Types.LONG).process(count).uid(uid).name("count");
    }
}
