// A client that knows nothing of the mesh but an address and has a token, in MINING_TOKEN: it learns the API by reflection, and prints a summary as JSON.
// Usage: node summary.mjs FOLDER-WITH-NODE_MODULES HOST:PORT [REPORTING-CURRENCY]
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [tools, address, currency = ''] = process.argv.slice(2);
const require = createRequire(join(tools, 'package.json'));
const grpc = require('@grpc/grpc-js');
const reflection = require('grpc-js-reflection-client');

const api = 'mining.portfolio.v1.PortfolioService';
const credentials = grpc.credentials.createInsecure();
const authorization = `Bearer ${process.env.MINING_TOKEN}`;
const withToken = (options, next) => new grpc.InterceptingCall(next(options), {
  start: (metadata, listener, begin) => {
    metadata.set('authorization', authorization);
    begin(metadata, listener);
  },
});
const options = { interceptors: [withToken] };
const learner = new reflection.GrpcReflection(address, credentials, options);
const services = await learner.listServices();
const definition = (await learner.getDescriptorBySymbol(api)).getPackageObject({ longs: String, enums: String, defaults: true, keepCase: true });
const client = new definition.mining.portfolio.v1.PortfolioService(address, credentials, options);

const call = (method, request) => new Promise((resolve) =>
  client[method](request, { deadline: Date.now() + 20_000 }, (error, answer) =>
    resolve(error ? { code: error.code, details: error.details, has_status: error.metadata.get('grpc-status-details-bin').length > 0 } : answer)));

const summary = await call('GetPortfolioSummary', { query: { reporting_currency: currency } });
const refusal = await call('GetPortfolioSummary', { query: { reporting_currency: 'EURO' } });
console.log(JSON.stringify({ services, summary, refusal }));
client.close();
