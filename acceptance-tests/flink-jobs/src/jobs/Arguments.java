package jobs;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code --name value} and {@code --flag}. Flink's own ParameterTool is not used: it moved
 * between Flink 1 and 2, and one jar has to run on both.
 */
final class Arguments implements Serializable {
    private final Map<String, String> values = new LinkedHashMap<>();

    static Arguments of(String[] argv) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < argv.length; i++) {
            if (!argv[i].startsWith("--")) {
                throw new IllegalArgumentException("unexpected argument: " + argv[i]);
            }
            boolean hasValue = i + 1 < argv.length && !argv[i + 1].startsWith("--");
            arguments.values.put(argv[i].substring(2), hasValue ? argv[++i] : "true");
        }
        return arguments;
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    long number(String name, long otherwise) {
        return values.containsKey(name) ? Long.parseLong(values.get(name)) : otherwise;
    }

    boolean on(String name) {
        return "true".equals(values.get(name));
    }
}
