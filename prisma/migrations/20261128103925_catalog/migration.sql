-- DropIndex
DROP INDEX "Price_merchantId_productId_idx";

-- DropIndex
DROP INDEX "Product_merchantId_createdAt_idx";

-- AlterTable
ALTER TABLE "Price" ADD COLUMN     "nickname" TEXT;

-- CreateIndex
CREATE INDEX "Price_merchantId_productId_createdAt_id_idx" ON "Price"("merchantId", "productId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Price_merchantId_createdAt_id_idx" ON "Price"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "price_active" ON "Price"("merchantId", "createdAt" DESC, "id" DESC) WHERE ("archivedAt" IS NULL);

-- CreateIndex
CREATE INDEX "price_archived" ON "Price"("merchantId", "createdAt" DESC, "id" DESC) WHERE ("archivedAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Product_merchantId_createdAt_id_idx" ON "Product"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "product_active" ON "Product"("merchantId", "createdAt" DESC, "id" DESC) WHERE ("archivedAt" IS NULL);

-- CreateIndex
CREATE INDEX "product_archived" ON "Product"("merchantId", "createdAt" DESC, "id" DESC) WHERE ("archivedAt" IS NOT NULL);
