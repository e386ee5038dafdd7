import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Prints random memory configurations and what this Flink makes of them, as a file of
 * provider/flink/tests/memory-cases.
 *
 * <p>Usage: java -cp 'FLINK/lib/*' Memory.java SEED COUNT > memory-random-VERSION.json
 *
 * <p>The classes that compute are not the same in all versions, hence the reflection.
 */
public final class Memory {
    private static final String[] SIZES = {
        "0", "64m", "128m", "512m", "700m", "1g", "1600m", "1728m", "2g", "3 gb", "4096 mb", "16g",
        "64g", "1t", "2000000 kb", "1700000000b", "1900000001", "3333333333", " 900m ", "1G",
        "256 mebibytes", "9223372036854775807", "8388607t", "1.5g", "12gib", "-1", "",
    };
    private static final String[] SMALL = {
        "0", "1", "64m", "100m", "128m", "192m", "200m", "256m", "300000kb", "512 mb", "1g",
        "77777777b", "2g",
    };
    private static final String[] FRACTIONS = {
        "0", "0.1", "0.13", "0.2", "0.3", "0.37", "0.4", "0.6", "0.9", "0.99", "1", "1.0", "-0.1",
        "0.1f", "1e-1", ".25", "0.333333333333", "1e-10", "NaN", "x",
    };

    private final Random random;
    private Map<String, String> options = new LinkedHashMap<>();

    private Memory(long seed) {
        random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        Memory memory = new Memory(Long.parseLong(arguments[0]));
        int count = Integer.parseInt(arguments[1]);
        System.out.println("[");
        for (int number = 0; number < count; number++) {
            memory.draw();
            String end = number + 1 < count ? "," : "";
            System.out.println(memory.answered("random-" + arguments[0] + "-" + number) + end);
        }
        System.out.println("]");
    }

    private void draw() {
        options = new LinkedHashMap<>();
        for (String process : new String[] {"jobmanager", "taskmanager"}) {
            set(2, process + ".memory.process.size", size());
            set(4, process + ".memory.flink.size", size());
            set(30, process + ".heap.size", size());
            set(40, process + ".heap.mb", String.valueOf(random.nextInt(4000) - 50));
            set(6, process + ".memory.jvm-metaspace.size", small());
            set(6, process + ".memory.jvm-overhead.min", small());
            set(6, process + ".memory.jvm-overhead.max", small());
            set(5, process + ".memory.jvm-overhead.fraction", fraction());
        }
        set(4, "jobmanager.memory.heap.size", size());
        set(4, "jobmanager.memory.off-heap.size", small());
        set(6, "jobmanager.memory.enable-jvm-direct-memory-limit", any("true", "FALSE", "yes"));
        set(5, "taskmanager.memory.task.heap.size", any(size(), small()));
        set(5, "taskmanager.memory.managed.size", any(size(), small()));
        set(20, "taskmanager.memory.size", small());
        set(6, "taskmanager.memory.managed.fraction", fraction());
        set(8, "taskmanager.memory.framework.heap.size", small());
        set(8, "taskmanager.memory.framework.off-heap.size", small());
        set(6, "taskmanager.memory.task.off-heap.size", small());
        set(7, "taskmanager.memory.network.min", small());
        set(7, "taskmanager.memory.network.max", any(size(), small()));
        set(6, "taskmanager.memory.network.fraction", fraction());
        set(25, "taskmanager.network.memory.min", small());
        set(25, "taskmanager.network.memory.max", small());
        set(25, "taskmanager.network.memory.fraction", fraction());
        set(12, "taskmanager.network.numberOfBuffers", String.valueOf(random.nextInt(9000) - 100));
        set(25, "taskmanager.memory.segment-size", any("32kb", "64kb", "4k", "x"));
        set(6, "taskmanager.numberOfTaskSlots", String.valueOf(random.nextInt(7) - 1));
        set(8, "taskmanager.cpu.cores", any("1", "0.5", "1.5", "2.25", "0", "-1", "1e1", "x"));
    }

    /** Sets an option in one case out of so many. */
    private void set(int oneOf, String key, String value) {
        if (random.nextInt(oneOf) == 0) {
            options.put(key, value);
        }
    }

    private String size() {
        String odd = random.nextInt(2_000_000_000) + 500_000_000L + "b";
        return any(random.nextInt(9000) + 1 + "m", odd, any(SIZES));
    }

    private String small() {
        return any(random.nextInt(700) + "m", random.nextInt(500_000_000) + "", any(SMALL));
    }

    private String fraction() {
        return any("0." + random.nextInt(1000), any(FRACTIONS));
    }

    private String any(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private String answered(String name) {
        String drawn = options.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        return "{\"name\": " + quoted(name) + ", \"config\": " + drawn
                + ",\n \"jobmanager\": " + jobManager()
                + ",\n \"taskmanager\": " + taskManager() + "}";
    }

    private String jobManager() {
        String utilities = "org.apache.flink.runtime.jobmanager.JobManagerProcessUtils";
        Configuration configuration = Configuration.fromMap(options);
        ConfigOption<?> process = JobManagerOptions.TOTAL_PROCESS_MEMORY;
        try {
            String withOldHeap = "processSpecFromConfigWithNewOptionToInterpretLegacyHeap";
            Object spec = call(utilities, withOldHeap, configuration, process);
            spec = spec == null ? call(utilities, "processSpecFromConfig", configuration) : spec;
            boolean limit = configuration.get(JobManagerOptions.JVM_DIRECT_MEMORY_LIMIT_ENABLED);
            return sizes(spec, "jvmHeap", "JvmHeapMemorySize", "offHeap", "JvmDirectMemorySize",
                    "totalFlink", "TotalFlinkMemorySize", "metaspace", "JvmMetaspaceSize",
                    "overhead", "JvmOverheadSize", "totalProcess", "TotalProcessMemorySize")
                    + ", \"limit\": " + limit + "}";
        } catch (Exception refused) {
            return error(refused);
        }
    }

    private String taskManager() {
        String utilities = "org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils";
        Configuration configuration = Configuration.fromMap(options);
        ConfigOption<?> process = TaskManagerOptions.TOTAL_PROCESS_MEMORY;
        try {
            String oldHeap = "getConfigurationMapLegacyTaskManagerHeapSizeToConfigOption";
            Object mapped = call(utilities, oldHeap, configuration, process);
            Object complete = mapped == null ? configuration : mapped;
            Object spec = call(utilities, "processSpecFromConfig", complete);
            Object cores = get(spec, "getCpuCores");
            return sizes(spec, "frameworkHeap", "FrameworkHeapSize", "taskHeap", "TaskHeapSize",
                    "managed", "ManagedMemorySize", "frameworkOffHeap",
                    "FrameworkOffHeapMemorySize", "taskOffHeap", "TaskOffHeapSize", "network",
                    "NetworkMemSize", "totalFlink", "TotalFlinkMemorySize", "metaspace",
                    "JvmMetaspaceSize", "overhead", "JvmOverheadSize", "totalProcess",
                    "TotalProcessMemorySize")
                    + ", \"cpu\": \"" + get(cores, "getValue") + "\""
                    + ", \"slots\": " + get(spec, "getNumSlots") + "}";
        } catch (Exception refused) {
            return error(refused);
        }
    }

    /** Calls a static method; null where the version has none of this name. */
    private static Object call(String type, String method, Object... arguments) throws Exception {
        for (Method each : Class.forName(type).getDeclaredMethods()) {
            if (each.getName().equals(method) && each.getParameterCount() == arguments.length) {
                each.setAccessible(true);
                return invoke(each, null, arguments);
            }
        }
        return null;
    }

    private static Object get(Object from, String method) throws Exception {
        for (Class<?> type = from.getClass(); type != null; type = type.getSuperclass()) {
            for (Method each : type.getDeclaredMethods()) {
                if (each.getName().equals(method) && each.getParameterCount() == 0) {
                    each.setAccessible(true);
                    return invoke(each, from);
                }
            }
        }
        throw new NoSuchMethodException(method);
    }

    /** Calls a method; what it throws is thrown as it is. */
    private static Object invoke(Method method, Object on, Object... arguments) throws Exception {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception) {
                throw (Exception) thrown.getCause();
            }
            throw thrown;
        }
    }

    private static String sizes(Object spec, String... pairs) throws Exception {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < pairs.length; i += 2) {
            MemorySize size = (MemorySize) get(spec, "get" + pairs[i + 1]);
            text.append(quoted(pairs[i])).append(": ").append(size.getBytes()).append(", ");
        }
        MemorySize process = (MemorySize) get(spec, "getTotalProcessMemorySize");
        return text.append("\"podMemoryMi\": ").append(process.getBytes() >> 20).toString();
    }

    private static String error(Exception refused) {
        String text = refused.getClass().getSimpleName() + ": " + refused.getMessage();
        return "{\"error\": " + quoted(text) + "}";
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
        return '"' + escaped.replace("\n", "\\n") + '"';
    }
}
