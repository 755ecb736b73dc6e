var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { openEmbeddedEventLog } from '@darkroom/shared/event-log/embedded/embedded-event-log';
import { openFolderObjectStore } from '@darkroom/shared/object-store/folder/folder-object-store';
import { jobEvent } from '@darkroom/shared/schemas/events';
import { job } from '@darkroom/shared/schemas/job';
import { LIVE_TOPICS, PERSISTENT_TOPICS, QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '@darkroom/shared/schemas/topics';
/**
 * Stands outside: compares what was promised (the 202s) with log, store and API. Each accepted job has exactly one outcome an epoch, its
 * copies are equal byte for byte and equal to the decision, its pictures are there and are its own, and nothing is left in the queue.
 */
export async function judge(options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const log = __addDisposableResource(env_1, await openEmbeddedEventLog({ folder: join(options.data, 'log'), liveTopics: LIVE_TOPICS }), true);
        const store = __addDisposableResource(env_1, await openFolderObjectStore(join(options.data, 'objects')), true);
        const evidence = { log, store, events: await readEvents(log) };
        const faults = [];
        const outcomes = {};
        for (const id of options.accepted)
            if (!evidence.events.has(id))
                faults.push(`${id}: accepted and not in the log`);
        for (const id of evidence.events.keys()) {
            const found = await judgeJob(evidence, id, await fromApi(options.webUrl, id));
            faults.push(...found.faults.map((fault) => `${id}: ${fault}`));
            outcomes[found.outcome] = (outcomes[found.outcome] ?? 0) + 1;
        }
        for (const { topic } of QUEUE_SOURCES) {
            const backlog = await log.backlog(topic, SIDECARS_SUBSCRIPTION);
            if (!backlog || backlog.ready + backlog.delayed + backlog.held > 0)
                faults.push(`${topic}: ${JSON.stringify(backlog)} left`);
        }
        return { faults, jobs: evidence.events.size, outcomes };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** True while some message of the queue is not acknowledged. */
export async function isQueueBusy(data) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const log = __addDisposableResource(env_2, await openEmbeddedEventLog({ folder: join(data, 'log'), liveTopics: LIVE_TOPICS }), true);
        for (const { topic } of QUEUE_SOURCES) {
            const backlog = await log.backlog(topic, SIDECARS_SUBSCRIPTION);
            if (!backlog || backlog.ready + backlog.delayed + backlog.held > 0)
                return true;
        }
        return false;
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        const result_2 = __disposeResources(env_2);
        if (result_2)
            await result_2;
    }
}
export async function readEvents(log) {
    const events = new Map();
    for (const topic of PERSISTENT_TOPICS) {
        for await (const messages of log.read(topic, { after: null, follow: false })) {
            for (const { payload } of messages) {
                const text = new TextDecoder().decode(payload);
                const parsed = jobEvent.safeParse(JSON.parse(text));
                if (!parsed.success)
                    continue;
                const known = events.get(parsed.data.jobId) ?? [];
                known.push({ event: parsed.data, text });
                events.set(parsed.data.jobId, known);
            }
        }
    }
    return events;
}
async function judgeJob({ store, events }, id, answer) {
    const all = events.get(id) ?? [];
    const faults = [];
    const epoch = Math.max(...all.map(({ event }) => event.epoch));
    let outcome = 'none';
    for (let each = 0; each <= epoch; each += 1) {
        const copies = all.filter(({ event }) => event.epoch === each && isOutcome(event));
        const texts = new Set(copies.map(({ text }) => text));
        if (texts.size !== 1)
            faults.push(`epoch ${each} has ${texts.size} different outcomes`);
        const decided = await store.get(decisionKeys.outcome(id, each));
        if (!decided || !texts.has(new TextDecoder().decode(decided.body)))
            faults.push(`epoch ${each}: the decision is not what was published`);
        const event = copies[0]?.event;
        if (event?.type === 'completed')
            faults.push(...(await judgePictures(store, id, event.pictures)));
        outcome = event?.type ?? 'none';
    }
    for (const attempt of [1, 2, 3, 4, 5]) {
        const failures = all.filter(({ event }) => event.type === 'failed' && event.epoch === epoch && event.attempt === attempt);
        if (new Set(failures.map(({ text }) => text)).size > 1)
            faults.push(`attempt ${attempt} failed in two ways`);
        if (failures.length > 0 && attempt > 4)
            faults.push('there was a fifth attempt');
    }
    const expected = { completed: 'completed', cancelled: 'cancelled', dead_lettered: 'failed' }[outcome];
    if (answer?.status !== expected)
        faults.push(`the API says ${answer?.status}, the log ${outcome}`);
    return { faults, outcome };
}
function isOutcome(event) {
    return event.type === 'completed' || event.type === 'cancelled' || event.type === 'dead_lettered';
}
async function judgePictures(store, id, pictures) {
    const faults = [];
    if (pictures.length === 0)
        faults.push('completed without a picture');
    for (const { key, sha256 } of pictures) {
        const found = await store.get(key);
        if (!found)
            faults.push(`the picture ${key} is missing`);
        else if (createHash('sha256').update(found.body).digest('hex') !== sha256)
            faults.push(`${key} has other bytes`);
        // The fake engine writes the job's id into its pictures.
        else if (!Buffer.from(found.body).includes(id))
            faults.push(`${key} is the picture of another job`);
    }
    return faults;
}
async function fromApi(webUrl, id) {
    const response = await fetch(`${webUrl}/images/${id}/`);
    return response.ok ? job.parse(await response.json()) : null;
}
