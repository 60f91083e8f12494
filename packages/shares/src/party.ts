// What a party does with a request on shares: an entry of its own, since clients need none of it.
export { computeTask, readTask } from './party-task.ts';
export type { PartyTask, TaskModel, TaskShare } from './party-task.ts';
