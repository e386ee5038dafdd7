package jobs;

import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Appends each record as one line with one write, at once. So after a failure it repeats what came
 * after the last checkpoint; after a stop with a savepoint it repeats nothing.
 */
final class FileSink extends RichMapFunction<String, String> {
    private final String path;
    private transient OutputStream file;

    FileSink(String path) {
        this.path = path;
    }

    @Override
    public String map(String line) throws Exception {
        if (file == null) {
            file = new FileOutputStream(path, true);
        }
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return line;
    }

    @Override
    public void close() throws Exception {
        if (file != null) {
            file.close();
        }
    }
}
