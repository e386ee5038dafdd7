import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints every option that a Flink declares, one per line and tab-separated: key, whether the Java
 * field is deprecated, kind, default, other spellings, class and field.
 *
 * <p>Usage: java ConfigOptions.java FOLDER... where the folders hold Flink's jars, at any depth.
 *
 * <p>Works by reflection alone, so that one program reads every version. An option is a static
 * field of type ConfigOption. Its key is completed by the prefix that the field's SuffixOption
 * annotation names, such as "metrics.reporter.<name>".
 */
public final class ConfigOptions {
    private static final String OPTION = "org.apache.flink.configuration.ConfigOption";

    public static void main(String[] folders) throws Exception {
        PrintStream rowsOnly = System.out;
        System.setOut(System.err); // what a class logs while it is loaded
        List<Path> jars = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
            }
        }
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        TreeSet<String> rows = new TreeSet<>();
        try (URLClassLoader loader = new URLClassLoader(urls)) {
            for (Path jar : jars) {
                readJar(jar, loader, rows);
            }
        }
        rows.forEach(rowsOnly::println);
    }

    private static void readJar(Path path, ClassLoader loader, TreeSet<String> rows)
            throws Exception {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : jar.stream().collect(Collectors.toList())) {
                String name = entry.getName();
                if (name.startsWith("org/apache/flink/")
                        && name.endsWith(".class")
                        && mentionsOptions(jar, entry)) {
                    String type = name.substring(0, name.length() - 6).replace('/', '.');
                    readClass(type, loader, rows);
                }
            }
        }
    }

    /** Whether the class has a field of type ConfigOption: its descriptor is in the constants. */
    private static boolean mentionsOptions(JarFile jar, JarEntry entry) throws Exception {
        byte[] bytes = jar.getInputStream(entry).readAllBytes();
        String descriptor = "L" + OPTION.replace('.', '/') + ";";
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(descriptor);
    }

    private static void readClass(String name, ClassLoader loader, TreeSet<String> rows)
            throws Exception {
        try {
            Class<?> type = Class.forName(name, false, loader);
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.getType().getName().equals(OPTION)) {
                    field.setAccessible(true);
                    rows.add(row(type, field, field.get(null)));
                }
            }
        } catch (LinkageError missing) {
            System.err.println("not read: " + name + ": " + missing);
        }
    }

    private static String row(Class<?> type, Field field, Object option) throws Exception {
        boolean old = field.isAnnotationPresent(Deprecated.class)
                || type.isAnnotationPresent(Deprecated.class);
        String key = prefix(field) + call(option, "key");
        Object value = call(option, "defaultValue");
        List<String> spellings = new ArrayList<>();
        for (Object other : (Iterable<?>) call(option, "fallbackKeys")) {
            String sort = (boolean) call(other, "isDeprecated") ? "deprecated:" : "fallback:";
            spellings.add(sort + prefix(field) + call(other, "getKey"));
        }
        return String.join("\t",
                key,
                old ? "old" : "new",
                kind(option),
                value == null ? "" : "=" + escaped(String.valueOf(value)),
                String.join(",", spellings),
                type.getName() + "." + field.getName());
    }

    private static String prefix(Field field) throws Exception {
        for (Annotation annotation : field.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("SuffixOption")) {
                return call(annotation, "value") + ".";
            }
        }
        return "";
    }

    private static String kind(Object option) throws Exception {
        Class<?> type = (Class<?>) call(option, "getClazz");
        String kind = type.isEnum()
                ? "Enum:" + Arrays.stream(type.getEnumConstants())
                        .map(String::valueOf)
                        .collect(Collectors.joining("|"))
                : type.getSimpleName();
        return (boolean) call(option, "isList") ? "List:" + kind : kind;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }

    private static Object call(Object on, String method) throws Exception {
        Class<?> type = on instanceof Annotation
                ? ((Annotation) on).annotationType()
                : on.getClass();
        Method found = type.getDeclaredMethod(method);
        found.setAccessible(true);
        return found.invoke(on);
    }
}
