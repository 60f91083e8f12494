import { MeshError, connect } from '@sharemesh/client/node';
import { generateDigits } from '@sharemesh/model/demo';

const parties = (process.env['PARTIES'] ?? 'http://127.0.0.1:4001,http://127.0.0.1:4002').split(',');

try {
  // allowColocated because these two run on one machine; real parties must not
  const client = await connect({ parties, model: 'digits', allowColocated: true });
  const { images, labels } = generateDigits({ seed: 7, count: 1 });

  const { output, report } = await client.infer(images, { deadlineMs: 5_000 });

  const answer = output.indexOf(Math.max(...output));
  console.log(`it is a ${answer} (drawn as a ${labels[0]}), and no server saw it`);
  for (const { party, bytesUp } of report.parties) console.log(`${party} saw ${bytesUp} bytes of noise`);
  await client.close();
} catch (error) {
  if (!MeshError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`, error.retryable ? '(try again later)' : '');
  process.exitCode = 1;
}
