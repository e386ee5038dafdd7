package scout;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/** What savepoints and checkpoints hold, operator by operator. */
final class Metadata {
    private static final String FILE = "_metadata";

    private Metadata() {}

    static String of(String[] paths, int first) {
        List<String> answers = new ArrayList<>();
        for (int i = first; i < paths.length; i++) {
            answers.add(ofOne(paths[i]));
        }
        return Json.object("metadata", Json.array(answers));
    }

    private static String ofOne(String pointer) {
        try {
            Path path = new Path(pointer);
            Path file = path.getName().equals(FILE) ? path : new Path(path, FILE);
            FileSystem fileSystem = file.getFileSystem();
            if (!fileSystem.exists(file)) {
                return "\"absent\"";
            }
            try (DataInputStream in = new DataInputStream(fileSystem.open(file))) {
                ClassLoader loader = Metadata.class.getClassLoader();
                return whole(Checkpoints.loadCheckpointMetadata(in, loader, pointer));
            }
        } catch (FileNotFoundException absent) {
            return "\"absent\"";
        } catch (Throwable reason) {
            return Json.object("unreadable", Json.text(reason.toString()));
        }
    }

    private static String whole(CheckpointMetadata metadata) {
        List<String> operators = new ArrayList<>();
        for (OperatorState state : metadata.getOperatorStates()) {
            operators.add(
                    Json.object(
                            "operator", Json.text(state.getOperatorID().toString()),
                            "name", Json.text(Later.optionalText(state, "getOperatorName")),
                            "parallelism", String.valueOf(state.getParallelism()),
                            "maxParallelism", String.valueOf(state.getMaxParallelism()),
                            "bytes", String.valueOf(state.getStateSize()),
                            "hasState", String.valueOf(hasState(state))));
        }
        return Json.object(
                "whole",
                Json.object(
                        "checkpoint", String.valueOf(metadata.getCheckpointId()),
                        "operators", Json.array(operators)));
    }

    /** Flink refuses to leave state behind by this very rule. */
    private static boolean hasState(OperatorState state) {
        if (state.getCoordinatorState() != null) {
            return true;
        }
        for (OperatorSubtaskState subtask : state.getStates()) {
            if (subtask.hasState()) {
                return true;
            }
        }
        return false;
    }
}
