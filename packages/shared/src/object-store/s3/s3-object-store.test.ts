import { decideContract } from '../../decisions/decide.contract.ts';
import { withRealServer } from '../../testing/real-server.ts';
import { objectStoreContract } from '../object-store.contract.ts';
import { openS3ObjectStore } from './s3-object-store.ts';
import { createTestBucket, S3_TEST_VARIABLES } from './testing/test-bucket.ts';

withRealServer('S3', S3_TEST_VARIABLES, (environment) => {
  const open = async () => {
    const config = await createTestBucket(environment);
    return { a: await openS3ObjectStore(config), b: await openS3ObjectStore(config) };
  };
  objectStoreContract('S3', open);
  decideContract('S3', open);
});
