import { Module } from '@nestjs/common';
import { OrderAudit } from './order.audit.js';
import { RecentOrders } from './recent-orders.js';

@Module({ controllers: [OrderAudit], providers: [RecentOrders] })
export class AuditModule {}
