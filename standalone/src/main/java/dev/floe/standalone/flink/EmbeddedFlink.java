package dev.floe.standalone.flink;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.jobs.ingest.IngestJob;
import dev.floe.jobs.ingest.IngestJobSettings;
import dev.floe.jobs.ingest.JobGeneration;
import dev.floe.jobs.maintain.MaintenanceJob;
import dev.floe.jobs.maintain.MaintenanceJobSettings;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.SerializedThrowable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this process that runs the jobs {@code ingest} and {@code maintenance}, with its web UI.
 *
 * <p>Ingest starts from the newest readable checkpoint, else from the tables' own offsets. A stop takes a savepoint
 * first, so that everything in the log is in the tables; without one nothing is lost either. Maintenance has no state.
 */
public final class EmbeddedFlink implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFlink.class);
    private static final int STATUS_SECONDS_MAX = 2;
    private static final int SUBMIT_PAUSE_SECONDS = 2;

    private final FlinkSettings settings;
    private final Supplier<IngestJobSettings> jobSettings;
    private final MaintenanceJobSettings maintenanceSettings;
    private @Nullable MiniCluster cluster;
    private volatile @Nullable JobID job;
    private volatile @Nullable JobID maintenance;
    private volatile boolean closing;
    private volatile String end = "";
    private Path savepoints;
    private URI webUi = URI.create("http://127.0.0.1");

    /** {@code jobSettings} are asked for when the job is submitted. */
    public EmbeddedFlink(
            FlinkSettings settings,
            Supplier<IngestJobSettings> jobSettings,
            MaintenanceJobSettings maintenanceSettings) {
        this.settings = settings;
        this.jobSettings = jobSettings;
        this.maintenanceSettings = maintenanceSettings;
        this.savepoints = settings.folder();
    }

    @Override
    public String name() {
        return "ingest-job";
    }

    /** Starts the cluster; the jobs are submitted by {@link #submit}. */
    @Override
    public void start() {
        IngestJobSettings ingest = jobSettings.get();
        MiniCluster started = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration(ingest))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(ingest.parallelism() + maintenanceSettings.parallelism())
                .build());
        try {
            started.start();
            webUi = started.getRestAddress().get();
        } catch (Exception e) {
            throw startError(e);
        }
        cluster = started;
    }

    /** Submits the jobs; the log has to answer. */
    public void submit() {
        submitIngest();
        submitMaintenance();
    }

    private void submitMaintenance() {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(MaintenanceJob.configuration());
        MaintenanceJob.build(environment, maintenanceSettings);
        StreamGraph plan = environment.getStreamGraph();
        plan.setJobName(MaintenanceJob.NAME);
        maintenance = submit(plan.getJobGraph());
        LOG.info("job submitted: job={} jobId={}", MaintenanceJob.NAME, maintenance);
    }

    private void submitIngest() {
        IngestJobSettings ingest = jobSettings.get();
        JobGeneration generation = JobGeneration.of(ingest);
        Path folder = settings.folder().resolve(generation.folder());
        CheckpointFolder.keepOnly(settings.folder(), folder);
        Configuration configuration = configuration(ingest);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.toAbsolutePath().toUri().toString());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        CheckpointFolder checkpoints = new CheckpointFolder(folder);
        Optional<Path> newest = checkpoints.newestReadable();
        IngestJob.build(environment, ingest, generation, newest.isPresent() ? Map.of() : IngestJob.leftBehind(ingest));
        StreamGraph plan = environment.getStreamGraph();
        plan.setJobName(IngestJob.NAME);
        JobGraph graph = plan.getJobGraph();
        newest.ifPresent(checkpoint -> {
            checkpoints.deleteOthers(checkpoint);
            graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(checkpoint.toUri().toString(), false, RecoveryClaimMode.CLAIM));
        });
        JobID id = submit(graph);
        job = id;
        savepoints = folder.resolve("savepoints");
        CompletableFuture<Void> unused = running().requestJobResult(id).thenAccept(result -> ended(generation, result));
        LOG.info(
                "job submitted: job={} jobId={} from={}",
                IngestJob.NAME,
                id,
                newest.map(Path::toString).orElse("the tables' offsets"));
    }

    private JobID submit(JobGraph graph) {
        try {
            return running().submitJob(graph).get().getJobID();
        } catch (ExecutionException e) {
            throw new FloeException(ErrorCode.DEFECT, "the job " + graph.getName() + " was not accepted", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while submitting a job", e);
        }
    }

    /** host:port of Flink's web UI. */
    public String webUi() {
        return webUi.getHost() + ":" + webUi.getPort();
    }

    @Override
    public Health health() {
        MiniCluster running = cluster;
        JobID id = job;
        if (running == null || id == null) {
            return Health.down("the job is not submitted yet");
        }
        try {
            JobStatus status = running.getJobStatus(id).get(STATUS_SECONDS_MAX, TimeUnit.SECONDS);
            if (status != JobStatus.RUNNING) {
                return Health.down("the job is " + status + (status == JobStatus.FAILED ? ", " + end : ""));
            }
            return maintenanceHealth(running);
        } catch (ExecutionException | TimeoutException e) {
            return Health.down("the job's status is not known");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.down("interrupted");
        }
    }

    /** A job that restarts is down for a moment only, which concerns nobody. */
    private Health maintenanceHealth(MiniCluster running)
            throws ExecutionException, TimeoutException, InterruptedException {
        JobID id = maintenance;
        if (id == null) {
            return Health.OK;
        }
        JobStatus status = running.getJobStatus(id).get(STATUS_SECONDS_MAX, TimeUnit.SECONDS);
        return status.isTerminalState() ? Health.down("the job maintenance is " + status) : Health.OK;
    }

    @Override
    public void close() {
        MiniCluster running = cluster;
        if (running == null) {
            return;
        }
        stopJob(running);
        try {
            running.close();
        } catch (Exception e) {
            LOG.warn("the Flink cluster did not close cleanly", e);
        }
        cluster = null;
    }

    /** Starts the job again where a table asked for that; any other end stays, with its reason in the health. */
    private void ended(JobGeneration generation, JobResult result) {
        Optional<SerializedThrowable> failure = result.getSerializedThrowable();
        if (failure.isEmpty() || closing) {
            return;
        }
        end = reason(failure.get().deserializeError(EmbeddedFlink.class.getClassLoader()));
        LOG.warn("job ended: jobId={} {}", result.getJobId(), end);
        Thread again = new Thread(() -> submitAgain(generation), "submit-ingest");
        again.setDaemon(true);
        again.start();
    }

    private void submitAgain(JobGeneration ended) {
        while (!closing) {
            try {
                if (!JobGeneration.of(jobSettings.get()).equals(ended)) {
                    submitIngest();
                }
                return;
            } catch (FloeException e) {
                LOG.warn("the job can't be started again yet: code={} {}", e.code(), e.message());
            }
            try {
                TimeUnit.SECONDS.sleep(SUBMIT_PAUSE_SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Code and message of the Floe error that ended the job. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FloeException known) {
                return known.code() + ": " + known.message();
            }
        }
        return failure.toString();
    }

    private void stopJob(MiniCluster running) {
        closing = true;
        JobID id = job;
        if (id == null) {
            return;
        }
        try {
            running.stopWithSavepoint(
                            id, savepoints.toAbsolutePath().toUri().toString(), false, SavepointFormatType.NATIVE)
                    .get(settings.stopMax().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the job stops without a last checkpoint; the next start goes on from the one before");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        job = null;
    }

    private MiniCluster running() {
        MiniCluster running = cluster;
        if (running == null) {
            throw new IllegalStateException("the cluster is not started");
        }
        return running;
    }

    private Configuration configuration(IngestJobSettings ingest) {
        Configuration configuration = IngestJob.configuration(ingest);
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.PORT, settings.uiPort());
        configuration.set(RestOptions.BIND_PORT, Integer.toString(settings.uiPort()));
        configuration.set(WebOptions.SUBMIT_ENABLE, false);
        configuration.set(WebOptions.CANCEL_ENABLE, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(8));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        return configuration;
    }

    private FloeException startError(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new FloeException(
                                ErrorCode.PORT_IN_USE,
                                "can't serve Flink's web UI on port " + settings.uiPort() + ": " + cause.getMessage(),
                                e)
                        .advise("stop what listens there, or set flink.ui-port");
            }
        }
        return new FloeException(ErrorCode.DEFECT, "the Flink cluster did not start", e);
    }
}
