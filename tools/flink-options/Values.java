import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Adds to the recorded values what this Flink makes of them: a column of provider/flink/tests/value-cases.tsv.
 *
 * <p>Usage: java -cp 'FLINK/lib/*' Values.java VERSION < value-cases.tsv > with-one-more-version.tsv
 */
public final class Values {
    /** The names of the recorded option of kind enum. */
    enum Name {
        ALPHA,
        Beta_Two
    }

    private static final ConfigOptions.OptionBuilder OPTION = ConfigOptions.key("option");

    private static final Map<String, ConfigOption<?>> KINDS = Map.ofEntries(
            Map.entry("bool", OPTION.booleanType().noDefaultValue()),
            Map.entry("int", OPTION.intType().noDefaultValue()),
            Map.entry("long", OPTION.longType().noDefaultValue()),
            Map.entry("float", OPTION.floatType().noDefaultValue()),
            Map.entry("double", OPTION.doubleType().noDefaultValue()),
            Map.entry("duration", OPTION.durationType().noDefaultValue()),
            Map.entry("memory", OPTION.memoryType().noDefaultValue()),
            Map.entry("enum", OPTION.enumType(Name.class).noDefaultValue()),
            Map.entry("map", OPTION.mapType().noDefaultValue()),
            Map.entry("list:string", OPTION.stringType().asList().noDefaultValue()),
            Map.entry("list:enum", OPTION.enumType(Name.class).asList().noDefaultValue()),
            Map.entry("list:map", OPTION.mapType().asList().noDefaultValue()));

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        System.setOut(System.err); // what Flink logs
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println(lines.readLine() + "\t" + arguments[0]);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] columns = line.split("\t", -1);
            String text = columns[1].replace("\\n", "\n").replace("\\t", "\t");
            out.println(line + "\t" + answer(KINDS.get(columns[0]), text));
        }
        out.flush();
    }

    private static String answer(ConfigOption<?> option, String text) {
        Configuration configuration = new Configuration();
        configuration.setString("option", text);
        try {
            return written(configuration.get(option));
        } catch (RuntimeException refused) {
            return "!";
        }
    }

    private static String written(Object value) {
        if (value instanceof Duration) {
            Duration duration = (Duration) value;
            return String.format("%d.%09d", duration.getSeconds(), duration.getNano());
        }
        if (value instanceof MemorySize) {
            return String.valueOf(((MemorySize) value).getBytes());
        }
        if (value instanceof List) {
            return ((List<?>) value).stream()
                    .map(element -> element instanceof Map ? written(element) : json(element))
                    .collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Map) {
            return new TreeMap<Object, Object>((Map<?, ?>) value).entrySet().stream()
                    .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return String.valueOf(value);
    }

    private static String json(Object value) {
        String text = String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"");
        return '"' + text.replace("\n", "\\n").replace("\t", "\\t") + '"';
    }
}
