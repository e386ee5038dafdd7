package jobs;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Passes records on, and fails where a test asks for it by laying a file into the control folder
 * while the job runs: {@code fail-now} (in map), {@code fail-snapshot}, {@code fail-init},
 * {@code fail-close}; {@code slow-snapshot} and {@code slow-init} hold the milliseconds to sleep.
 */
final class Faults extends RichMapFunction<Long, Long> implements CheckpointedFunction {
    private final String control;
    private final long failAfter;
    private long seen;

    Faults(String control, long failAfter) {
        this.control = control;
        this.failAfter = failAfter;
    }

    private void failIfAsked(String what) {
        if (!control.isEmpty() && new File(control, what).exists()) {
            throw new IllegalStateException("injected: " + what);
        }
    }

    private void sleepIfAsked(String what) throws Exception {
        File file = new File(control, what);
        if (!control.isEmpty() && file.exists()) {
            String millis = new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
            Thread.sleep(Long.parseLong(millis.trim()));
        }
    }

    @Override
    public Long map(Long value) {
        seen++;
        if (failAfter > 0 && seen > failAfter) {
            throw new IllegalStateException("injected: record " + value);
        }
        failIfAsked("fail-now");
        return value;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        failIfAsked("fail-snapshot");
        sleepIfAsked("slow-snapshot");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        sleepIfAsked("slow-init");
        failIfAsked("fail-init");
    }

    @Override
    public void close() {
        failIfAsked("fail-close");
    }
}
