import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for 127.0.0.1 that nobody else signed; null where `openssl` is not installed. */
export function certificateForTests(): { file: string; key: Buffer; cert: Buffer } | null {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-tls-'));
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  try {
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', file, ...subject];
    execFileSync('openssl', made, { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { file, key: readFileSync(key), cert: readFileSync(file) };
}
