package scout;

import java.util.Optional;

/** Asks for what only versions later than the one compiled against can tell. */
final class Later {
    private Later() {}

    /** The text of an Optional getter, or null when there is none. */
    static String optionalText(Object object, String getter) {
        try {
            Object value = object.getClass().getMethod(getter).invoke(object);
            return value instanceof Optional ? (String) ((Optional<?>) value).orElse(null) : null;
        } catch (ReflectiveOperationException | RuntimeException unknown) {
            return null;
        }
    }
}
