/** `npm run pulsar:setup`: tenant, namespaces, policies, topics and subscriptions in Pulsar; may be run again at any time. */
import { setUpPulsar } from '@darkroom/shared/composition/set-up-pulsar';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';

try {
  await setUpPulsar(process.env, { say: (line) => console.log(line) });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
