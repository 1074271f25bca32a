import agent from 'elastic-apm-node';
import { describeTracer } from './describe-tracer.js';
import { openBrokenElastic, openElastic } from './elastic-subject.fixture.js';

describeTracer('elastic', {
  records: true,
  open: () => openElastic(agent),
  broken: () => openBrokenElastic(agent),
});
