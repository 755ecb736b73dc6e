import { z } from 'zod';
import type { OutgoingMessage } from '../../event-log.ts';
import { decodeMessageId, positionOf } from '../message-id.ts';
import type { PulsarMessage } from '../transport.ts';

const messageFrame = z.object({
  messageId: z.string(),
  payload: z.string(),
  key: z.string().default(''),
  properties: z.record(z.string(), z.string()).default({}),
  publishTime: z.string(),
});

export function messageOfFrame(text: string): PulsarMessage {
  const { messageId, payload, key, properties, publishTime } = messageFrame.parse(JSON.parse(text));
  return {
    id: messageId,
    position: positionOf(decodeMessageId(messageId)),
    payload: Buffer.from(payload, 'base64'),
    publishTime: Date.parse(publishTime),
    key,
    properties,
  };
}

const receiptFrame = z.object({
  result: z.string(),
  context: z.string(),
  messageId: z.string().optional(),
  errorMsg: z.string().optional(),
});

/** The broker's answer to the message that was sent with this `context`. */
export function receiptOfFrame(text: string): z.infer<typeof receiptFrame> {
  return receiptFrame.parse(JSON.parse(text));
}

export function frameOfMessage({ key, payload, properties, deliverAt }: OutgoingMessage, context: string): string {
  const frame = { payload: Buffer.from(payload).toString('base64'), key, properties, context, deliverAt };
  return JSON.stringify(frame);
}
