package jobs;

import org.apache.flink.api.common.functions.RichMapFunction;

/** Sleeps, so that one subtask passes about {@code rate} records a second. */
final class Throttle extends RichMapFunction<Long, Long> {
    private final long rate;

    Throttle(long rate) {
        this.rate = rate;
    }

    @Override
    public Long map(Long value) throws Exception {
        if (rate > 0) {
            Thread.sleep(Math.max(1, 1000 / rate));
        }
        return value;
    }
}
