import { expect, test } from 'vitest';
import { loadPulsarClient } from './pulsar-client-module.ts';

test('the native client that is not installed is named in one sentence with the remedy', async () => {
  await expect(loadPulsarClient('no-such-client')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: /PULSAR_TRANSPORT=native needs the package no-such-client.*PULSAR_TRANSPORT=websocket/,
  });
});
