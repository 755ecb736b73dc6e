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
import { join } from 'node:path';
import { openEmbeddedEventLog } from '@darkroom/shared/event-log/embedded/embedded-event-log';
import { LIVE_TOPICS } from '@darkroom/shared/schemas/topics';
import { expect, test } from 'vitest';
import { startCrashStack } from './crash-stack.ts';
import { judge, readEvents } from './judge.ts';
import { openLedger } from './ledger.ts';
import { settled } from './web-client.ts';
test('a job that always fails is tried four times and dead-lettered with all causes, and others flow meanwhile', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const crash = __addDisposableResource(env_1, await startCrashStack({ workers: 1, webs: 1 }), true);
        const ledger = __addDisposableResource(env_1, openLedger(join(crash.data, 'accepted'), () => crash.stack.webUrls), false);
        const [web = ''] = crash.stack.webUrls;
        const poison = await ledger.submit('fake:fail');
        const others = await Promise.all(Array.from({ length: 10 }, (_, i) => ledger.submit(`a dog ${i}`)));
        for (const id of others)
            expect((await settled(web, id)).status).toBe('completed');
        const dead = await settled(web, poison);
        expect(dead).toMatchObject({ status: 'failed', attempt: 4, error: { code: 'ENGINE_FAILURE' } });
        expect(dead.attempts.map(({ attempt, cause }) => [attempt, cause?.code])).toEqual([1, 2, 3, 4].map((attempt) => [attempt, 'ENGINE_FAILURE']));
        const log = __addDisposableResource(env_1, await openEmbeddedEventLog({ folder: join(crash.data, 'log'), liveTopics: LIVE_TOPICS }), true);
        const events = (await readEvents(log)).get(poison) ?? [];
        const letter = events.map(({ event }) => event).find((event) => event.type === 'dead_lettered');
        expect(letter?.causes).toHaveLength(4);
        expect(new Set(events.filter(({ event }) => event.type === 'started').map(({ event }) => event.eventId)).size).toBe(4);
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
});
test('jobs that kill their engine end as WORKER_CRASHED, and with one for each worker all others are done', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const crash = __addDisposableResource(env_2, await startCrashStack({ workers: 2, webs: 1 }), true);
        const ledger = __addDisposableResource(env_2, openLedger(join(crash.data, 'accepted'), () => crash.stack.webUrls), false);
        const [web = ''] = crash.stack.webUrls;
        const killers = [await ledger.submit('fake:exit'), await ledger.submit('fake:exit')];
        const others = await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.submit(`a dog ${i}`)));
        for (const id of others)
            expect((await settled(web, id, 120000)).status).toBe('completed');
        for (const id of killers) {
            expect(await settled(web, id, 120000)).toMatchObject({ status: 'failed', error: { code: 'WORKER_CRASHED' } });
        }
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
});
test('an engine that is killed every 5 s for a minute under load puts no job into the dead letters', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
        const crash = __addDisposableResource(env_3, await startCrashStack({ workers: 1, webs: 1, env: { sidecar: { DELAY_FACTOR: '0.1' } } }), true);
        const ledger = __addDisposableResource(env_3, openLedger(join(crash.data, 'accepted'), () => crash.stack.webUrls), false);
        const [web = ''] = crash.stack.webUrls;
        const until = performance.now() + 60000;
        const killing = (async () => {
            while (performance.now() < until) {
                await new Promise((wake) => setTimeout(wake, 5000));
                crash.stack.processes.get('diffusion-1')?.kill('SIGKILL');
            }
        })();
        const ids = [];
        while (performance.now() < until) {
            ids.push(await ledger.submit('fake:step-ms=60'));
            await settled(web, ids.at(-1) ?? '', 120000);
        }
        await killing;
        await crash.drained(60000);
        const verdict = await judge({ data: crash.data, accepted: ledger.accepted, webUrl: web });
        expect(verdict.faults).toEqual([]);
        expect(verdict.outcomes).toEqual({ completed: ids.length });
    }
    catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
    }
    finally {
        const result_3 = __disposeResources(env_3);
        if (result_3)
            await result_3;
    }
});
