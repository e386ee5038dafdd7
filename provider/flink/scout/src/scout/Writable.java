package scout;

import java.io.IOException;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/** Whether this JobManager can write into a directory, found out by doing it. */
final class Writable {
    private Writable() {}

    static String of(String directory) {
        try {
            Path path = new Path(directory);
            FileSystem fileSystem = path.getFileSystem();
            boolean wasThere = fileSystem.exists(path);
            Path marker = new Path(path, ".terraform-scout-" + UUID.randomUUID());
            fileSystem.mkdirs(path);
            fileSystem.create(marker, WriteMode.NO_OVERWRITE).close();
            fileSystem.delete(marker, false);
            if (!wasThere) {
                fileSystem.delete(path, false);
            }
            return Json.object("writable", Json.object("refused", "null"));
        } catch (IOException refused) {
            return Json.object("writable", Json.object("refused", Json.text(refused.toString())));
        }
    }
}
