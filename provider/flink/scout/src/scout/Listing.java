package scout;

import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** What is in a directory, the newest first. */
final class Listing {
    /** An answer travels several times in one error body, so it must stay small. */
    private static final int AT_MOST = 1000;

    private Listing() {}

    static String of(String directory) throws Exception {
        Path path = new Path(directory);
        FileStatus[] found;
        try {
            found = path.getFileSystem().listStatus(path);
        } catch (FileNotFoundException absent) {
            found = null;
        }
        return Json.object("listing", found == null ? "null" : entries(found));
    }

    private static String entries(FileStatus[] found) {
        Arrays.sort(found, Comparator.comparingLong(FileStatus::getModificationTime).reversed());
        List<String> entries = new ArrayList<>();
        for (FileStatus status : Arrays.copyOf(found, Math.min(found.length, AT_MOST))) {
            entries.add(
                    Json.object(
                            "path", Json.text(status.getPath().toString()),
                            "directory", String.valueOf(status.isDir()),
                            "bytes", String.valueOf(status.getLen()),
                            "modified", String.valueOf(status.getModificationTime())));
        }
        return Json.object(
                "entries", Json.array(entries), "truncated", String.valueOf(found.length > AT_MOST));
    }
}
