import { Module } from '@nestjs/common';
import { OrderProcessor } from './order.processor.js';

@Module({ controllers: [OrderProcessor] })
export class ProcessorModule {}
