import { jsonOrNumberedEvents, noInput } from '../../http/shape.ts';
import { responseRequest } from './request-schema.ts';
import { response, responseEvents } from './response-schema.ts';

export const responsesShapes = {
  createResponse: { ...noInput, body: responseRequest, answer: jsonOrNumberedEvents(response, responseEvents) },
};
