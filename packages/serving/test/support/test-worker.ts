import { serveTasks } from '@sharemesh/serving/node';

export type TestTask =
  { readonly do: 'square'; readonly of: number } | { readonly do: 'exit' | 'throw' | 'hang' | 'buffer' };

await serveTasks<{ readonly offset: number }, TestTask, number | Uint8Array>(async ({ offset }) => (task) => {
  switch (task.do) {
    case 'square':
      return { result: task.of ** 2 + offset };
    case 'exit':
      return process.exit(7);
    case 'throw':
      throw new RangeError('a message that may quote data');
    case 'hang':
      for (;;);
    case 'buffer': {
      const result = new Uint8Array(8).fill(9);
      return { result, transfer: [result.buffer as ArrayBuffer] };
    }
  }
});
