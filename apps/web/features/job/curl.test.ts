import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlOf } from './curl.ts';
import { jobLike } from './job-like.ts';

test.skipIf(process.platform === 'win32')('a shell gives curl exactly the request, whatever the prompt holds', () => {
  const { generation_settings } = jobLike();
  const prompt = `it's "quoted" $HOME \`id\` \\ \n テスト 😀`;
  const command = curlOf(
    { generation_settings: { ...generation_settings, prompt }, metadata: {} },
    'http://localhost:8000',
  );
  const body = execFileSync('sh', ['-c', command.replace(/^curl .* -d /, "printf '%s' ")], { encoding: 'utf8' });
  expect(JSON.parse(body)).toEqual({ generation_settings: { ...generation_settings, prompt } });
});
