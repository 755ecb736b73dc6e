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
import { expect, test } from 'vitest';
import { startCrashStack } from './crash-stack.ts';
import { judge } from './judge.ts';
import { openLedger } from './ledger.ts';
import { cancel } from './web-client.ts';
/** Random kills of every process under load: two sidecars, two webs, slow object store. */
async function chaos({ jobs, kills, storeDelayMs, blindCreates = false, }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const slow = { STORE_DELAY_MS: `${storeDelayMs}`, BLIND_CREATES: blindCreates ? '1' : '0' };
        const crash = __addDisposableResource(env_1, await startCrashStack({ workers: 2, webs: 2, env: { sidecar: slow, web: slow } }), true);
        const ledger = __addDisposableResource(env_1, openLedger(join(crash.data, 'accepted'), () => crash.stack.webUrls), false);
        const processes = [...crash.stack.processes.values()];
        const stop = new AbortController();
        let killed = 0;
        const killing = (async () => {
            while (killed < kills && !stop.signal.aborted) {
                await new Promise((wake) => setTimeout(wake, 150 + Math.random() * 500));
                processes[Math.floor(Math.random() * processes.length)]?.kill('SIGKILL');
                killed += 1;
            }
        })();
        const ways = ['a dog', 'fake:step-ms=20', 'fake:fail-attempts=1', 'fake:fail-attempts=2', 'a cat', 'fake:permanent'];
        const submitting = Array.from({ length: 6 }, async (_, lane) => {
            for (let i = lane; i < jobs; i += 6) {
                const id = await ledger.submit(`${ways[i % ways.length]} ${i}`, { n_iters: 1 + (i % 2) });
                if (i % 10 === 0)
                    await cancel(crash.stack.webUrls[i % 2] ?? '', id);
            }
        });
        await Promise.all(submitting);
        await killing;
        stop.abort();
        await crash.drained(300000);
        const [webUrl = ''] = crash.stack.webUrls;
        return { ...(await judge({ data: crash.data, accepted: ledger.accepted, webUrl })), killed };
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
/** The whole profile is run by `npm run chaos`; CI takes a shorter one. */
const FULL = { jobs: 300, kills: 50, storeDelayMs: 200 };
const SHORT = { jobs: 90, kills: 20, storeDelayMs: 100 };
const profile = process.env['CHAOS'] === 'full' ? FULL : SHORT;
test(`every accepted job has exactly one outcome after ${profile.kills} random kills over ${profile.jobs} jobs`, async () => {
    const verdict = await chaos(profile);
    console.log(`${verdict.jobs} jobs, ${verdict.killed} kills: ${JSON.stringify(verdict.outcomes)}`);
    expect(verdict.faults).toEqual([]);
    expect(verdict.jobs).toBeGreaterThanOrEqual(profile.jobs);
    expect(verdict.killed).toBe(profile.kills);
});
test('the judge sees it when decisions are overwritten instead of created once', async () => {
    const verdict = await chaos({ ...SHORT, blindCreates: true });
    expect(verdict.faults.length).toBeGreaterThan(0);
});
