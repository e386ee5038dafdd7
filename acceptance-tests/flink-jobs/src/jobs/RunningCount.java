package jobs;

import java.util.Arrays;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts the records of each key and emits {@code key,count,sequence,generation}. With a payload it
 * keeps that many bytes beside each count, so that the state is no longer small enough to travel
 * inside a checkpoint's metadata.
 *
 * <p>The states are opened at the first record: the signature of open(..) differs between Flink 1
 * and 2.
 */
final class RunningCount extends KeyedProcessFunction<Long, Long, String> {
    private final String generation;
    private final int payloadBytes;
    private transient ValueState<Long> count;
    private transient ValueState<byte[]> payload;

    RunningCount(String generation, int payloadBytes) {
        this.generation = generation;
        this.payloadBytes = payloadBytes;
    }

    @Override
    public void processElement(Long sequence, Context context, Collector<String> out) throws Exception {
        if (count == null) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
            payload = getRuntimeContext().getState(
                    new ValueStateDescriptor<>("payload", byte[].class));
        }
        Long before = count.value();
        long now = before == null ? 1L : before + 1;
        count.update(now);
        keepPayload(context.getCurrentKey());
        out.collect(context.getCurrentKey() + "," + now + "," + sequence + "," + generation);
    }

    private void keepPayload(long key) throws Exception {
        if (payloadBytes > 0 && payload.value() == null) {
            byte[] bytes = new byte[payloadBytes];
            Arrays.fill(bytes, (byte) key);
            payload.update(bytes);
        }
    }
}
