package jobs;

import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * The stateful operator that version 2 has and version 1 lacks: appends {@code ,xN}, its own running
 * total, to each line. Going back from version 2 to version 1 leaves its state without an owner.
 */
final class RunningTotal extends RichMapFunction<String, String> implements CheckpointedFunction {
    private long total;
    private transient ListState<Long> totals;

    @Override
    public String map(String line) {
        total++;
        return line + ",x" + total;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        totals.clear();
        totals.add(total);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        totals = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("total", Types.LONG));
        for (Long restored : totals.get()) {
            total += restored;
        }
    }
}
