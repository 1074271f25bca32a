import { errorClassOf } from '#base';

/** Whether SQS refuses the message for its size or its contents: another form of it may be taken. */
export const isRefusal = (error: unknown): boolean => errorClassOf(error) === 'refused';
