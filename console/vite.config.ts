import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The hub that the development server passes API requests to. */
const HUB = process.env["HEDDLE_HUB"] ?? "http://127.0.0.1:4400";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/api": HUB } },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 1_000 },
});
