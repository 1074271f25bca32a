import apm from 'elastic-apm-node';
import { elasticDefaults } from 'throughline/elastic';
import { settingsOrExit } from './settings.js';

const { tracer, brokers, serviceName } = settingsOrExit(process.env);
const { ELASTIC_APM_SERVER_URL, ELASTIC_APM_CLOUD_PROVIDER } = process.env;
const isEmbedded = brokers === 'embedded';

/** The default settings of the agent. The agent's own settings (ELASTIC_APM_*) override them. */
if (tracer === 'elastic') {
  apm.start({
    ...elasticDefaults(),
    serviceName: process.env.ELASTIC_APM_SERVICE_NAME ?? serviceName,
    // On a developer's machine, there may be no APM Server. The agent then sends nothing, but still creates and passes on ids.
    ...(isEmbedded && ELASTIC_APM_SERVER_URL === undefined && { disableSend: true }),
    ...(isEmbedded && ELASTIC_APM_CLOUD_PROVIDER === undefined && { cloudProvider: 'none' }),
  });
}
