package dev.floe.storage.commit;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Work on several tables at once. */
final class Parallel {
    private Parallel() {}

    /** Runs tasks, none of which may throw, and returns what they did in their order. */
    static <T> List<T> run(ExecutorService executor, List<Callable<T>> tasks) {
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> task : executor.invokeAll(tasks)) {
                results.add(task.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "interrupted while committing", e);
        } catch (ExecutionException e) {
            throw new FloeException(ErrorCode.DEFECT, "a commit broke off", e.getCause());
        }
    }
}
