package jobs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Two-phase commit into a folder. Records since the last checkpoint wait in memory; a snapshot
 * writes them to {@code pending/ID} (prepared), completion of the checkpoint moves that file to
 * {@code committed/ID} (visible). The state names what was prepared, and a restore commits it, as
 * Flink's contract for transactional sinks wants. What was never prepared is gone with the task.
 *
 * <p>So each record is in {@code committed} exactly once, however often tasks fail, as long as every
 * start goes on from the newest state and no two jobs run from the same one.
 *
 * <p>Written against CheckpointedFunction because Flink's own sink interfaces changed between 1.18
 * and 2.3.
 */
final class TransactionalSink extends RichMapFunction<String, String>
        implements CheckpointedFunction, CheckpointListener {
    private final String folder;
    private transient List<String> open;
    private transient TreeMap<Long, String> prepared;
    private transient ListState<String> transactions;

    TransactionalSink(String folder) {
        this.folder = folder;
    }

    @Override
    public String map(String line) {
        open.add(line);
        return line;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        if (!open.isEmpty()) {
            String transaction = UUID.randomUUID().toString();
            Files.write(pending(transaction), open, StandardCharsets.UTF_8);
            prepared.put(context.getCheckpointId(), transaction);
            open.clear();
        }
        transactions.clear();
        transactions.addAll(new ArrayList<>(prepared.values()));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        open = new ArrayList<>();
        prepared = new TreeMap<>();
        Files.createDirectories(Paths.get(folder, "pending"));
        Files.createDirectories(Paths.get(folder, "committed"));
        transactions = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("transactions", Types.STRING));
        for (String transaction : transactions.get()) {
            commit(transaction);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        Map<Long, String> done = prepared.headMap(checkpointId, true);
        for (String transaction : done.values()) {
            commit(transaction);
        }
        done.clear();
    }

    /** Moves a prepared file to its visible place; once more is harmless, a lost one is an error. */
    private void commit(String transaction) throws Exception {
        Path from = pending(transaction);
        Path to = Paths.get(folder, "committed", transaction);
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } else if (!Files.exists(to)) {
            throw new IllegalStateException("the prepared transaction " + from + " is lost");
        }
    }

    private Path pending(String transaction) {
        return Paths.get(folder, "pending", transaction);
    }
}
