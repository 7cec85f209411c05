-- CreateIndex
CREATE INDEX "Payment_merchantId_status_createdAt_id_idx" ON "Payment"("merchantId", "status", "createdAt" DESC, "id" DESC);
