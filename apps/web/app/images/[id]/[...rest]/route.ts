import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { methods } from '../../../../server/http/methods.ts';

const nothing = async (): Promise<Response> => {
  throw new DarkroomError('NOT_FOUND', 'There is nothing at this address; /docs lists what there is');
};

/** Below a job a program that lost its way gets a problem document, not a page. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: nothing, POST: nothing });
