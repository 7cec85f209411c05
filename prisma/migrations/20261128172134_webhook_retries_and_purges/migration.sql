-- AlterTable
ALTER TABLE "WebhookDelivery" ADD COLUMN     "scheduleBeganAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "webhook_delivery_at_rest" ON "WebhookDelivery"("createdAt") WHERE ("nextAttemptAt" IS NULL);
