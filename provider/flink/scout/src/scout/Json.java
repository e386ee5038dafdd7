package scout;

import java.util.List;

/** Writes JSON in ASCII, on one line. */
final class Json {
    private Json() {}

    /** An object of names and values that are JSON already. */
    static String object(String... namesAndValues) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.append(i == 0 ? "" : ",").append(text(namesAndValues[i]));
            json.append(':').append(namesAndValues[i + 1]);
        }
        return json.append('}').toString();
    }

    /** An array of values that are JSON already. */
    static String array(List<String> values) {
        return "[" + String.join(",", values) + "]";
    }

    /** A string, or null. */
    static String text(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            // '<' and '>' are left out too, so that no text can look like a mark.
            boolean plain = c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '<' && c != '>';
            json.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return json.append('"').toString();
    }
}
