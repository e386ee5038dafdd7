package scout;

import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.PackagedProgramUtils;
import org.apache.flink.configuration.ConfigUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamConfig;

/** The operators that a jar's main() would make a job of. */
final class Operators {
    private Operators() {}

    static String of(String jar, String entryClass, String[] args, int firstArgument)
            throws Exception {
        Configuration configuration = effectiveConfiguration();
        String[] arguments = Arrays.copyOfRange(args, firstArgument, args.length);
        List<URL> classpaths =
                ConfigUtils.decodeListFromConfig(configuration, PipelineOptions.CLASSPATHS, URL::new);
        try (PackagedProgram program =
                PackagedProgram.newBuilder()
                        .setJarFile(fileOf(jar))
                        .setUserClassPaths(classpaths)
                        .setEntryPointClassName(entryClass.isEmpty() ? null : entryClass)
                        .setConfiguration(configuration)
                        .setArguments(arguments)
                        .build()) {
            int parallelism = configuration.get(CoreOptions.DEFAULT_PARALLELISM);
            JobGraph graph =
                    PackagedProgramUtils.createJobGraph(program, configuration, parallelism, true);
            return Json.object("operators", vertices(graph, program.getUserCodeClassLoader()));
        }
    }

    /**
     * The cluster's configuration with that of the request laid over it: the one that the
     * environment of this very run was made with.
     */
    private static Configuration effectiveConfiguration() {
        ReadableConfig known =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        Configuration configuration = new Configuration((Configuration) known);
        // This names the scout's own jar, not the one that is asked about.
        configuration.removeConfig(PipelineOptions.JARS);
        return configuration;
    }

    /** A jar's id is the name of its file, and all uploaded jars lie in one directory. */
    private static File fileOf(String jar) throws Exception {
        URL own = Operators.class.getProtectionDomain().getCodeSource().getLocation();
        return new File(new File(own.toURI()).getParentFile(), jar);
    }

    private static String vertices(JobGraph graph, ClassLoader loader) {
        List<String> vertices = new ArrayList<>();
        for (JobVertex vertex : graph.getVertices()) {
            vertices.add(
                    Json.object(
                            "id", Json.text(vertex.getID().toString()),
                            "name", Json.text(vertex.getName()),
                            "parallelism", String.valueOf(vertex.getParallelism()),
                            "maxParallelism", String.valueOf(vertex.getMaxParallelism()),
                            "operators", operators(vertex, loader)));
        }
        return Json.array(vertices);
    }

    private static String operators(JobVertex vertex, ClassLoader loader) {
        Map<String, String> names = names(vertex, loader);
        List<String> operators = new ArrayList<>();
        for (OperatorIDPair pair : vertex.getOperatorIDs()) {
            String id = pair.getGeneratedOperatorID().toString();
            String own = pair.getUserDefinedOperatorID().map(OperatorID::toString).orElse(null);
            operators.add(
                    Json.object(
                            "id", Json.text(id),
                            "userDefinedId", Json.text(own),
                            "name", Json.text(names.get(id))));
        }
        return Json.array(operators);
    }

    /** Names are for people: without them the ids still decide. */
    private static Map<String, String> names(JobVertex vertex, ClassLoader loader) {
        Map<String, String> names = new HashMap<>();
        try {
            StreamConfig head = new StreamConfig(vertex.getConfiguration());
            names.put(head.getOperatorID().toString(), head.getOperatorName());
            for (StreamConfig config : head.getTransitiveChainedTaskConfigs(loader).values()) {
                names.put(config.getOperatorID().toString(), config.getOperatorName());
            }
        } catch (Exception | LinkageError unknown) {
            return names;
        }
        return names;
    }
}
