package simulator

// What a medium company runs on Volcengine. Codes and names are the cloud's; prices are plausible, not its.

func volcenginePlaces() []Place {
	return []Place{
		{"华北2（北京）", "cn-beijing", "可用区A", "cn-beijing-a"},
		{"华北2（北京）", "cn-beijing", "可用区B", "cn-beijing-b"},
		{"华东2（上海）", "cn-shanghai", "可用区B", "cn-shanghai-b"},
		{"华南1（广州）", "cn-guangzhou", "可用区A", "cn-guangzhou-a"},
	}
}

func volcengineMeters() []meter {
	return []meter{
		{
			product: "ECS", name: "云服务器", item: "计算型g3i", itemCode: "ecs.g3i", config: "ecs.g3i.2xlarge", unit: "时",
			prefix: "i", names: []string{"web-01", "web-02", "web-03", "订单服务-01", "订单服务-02", "支付网关", "搜索-01", "搜索-02", "批处理-01"},
			price: 2_100_000, perDay: 50_400_000, rebate: 180, office: true, vouchers: true,
		},
		{
			product: "ECS", name: "云服务器", item: "GPU计算型pni2", itemCode: "ecs.pni2", config: "ecs.pni2.7xlarge", unit: "时",
			prefix: "i", names: []string{"推理-gpu-01", "推理-gpu-02", "训练-gpu-01"},
			price: 21_500_000, perDay: 310_000_000, rebate: 240, office: true,
		},
		{
			product: "volume", name: "弹性块存储", item: "EBS数据盘", itemCode: "BE001552", config: "数据盘-极速型SSD-PL0", unit: "GiB",
			prefix: "vol", names: []string{"vol-web-01", "vol-web-02", "vol-order", "vol-mysql", "vol-search", "vol-train"},
			price: 1_000, perDay: 9_600_000, rebate: 350,
		},
		{
			product: "TOS", name: "对象存储", item: "标准存储容量", itemCode: "TOS_Standard_Storage", config: "标准存储", unit: "GB",
			prefix: "tos", names: []string{"mall-images", "data-lake", "model-weights"},
			price: 4_000, perDay: 46_000_000, rebate: 120,
		},
		{
			product: "TOS", name: "对象存储", item: "公网流出流量", itemCode: "TOS_Internet_Out", config: "标准存储", unit: "GB",
			prefix: "tos", names: []string{"mall-images", "data-lake"},
			price: 500_000, perDay: 21_000_000, rebate: 100, office: true,
		},
		{
			product: "TOS", name: "对象存储", item: "请求次数（免费额度）", itemCode: "TOS_Request_Free", config: "标准存储", unit: "万次",
			prefix: "tos", names: []string{"mall-images", "model-weights"},
			price: 100, perDay: 0,
		},
		{
			product: "CDN", name: "内容分发网络", item: "静态加速流量", itemCode: "CDN_Traffic", config: "中国内地", unit: "GB",
			prefix: "cdn", names: []string{"img.example.cn", "static.example.cn", "video.example.cn"},
			price: 210_000, perDay: 88_000_000, rebate: 300,
		},
		{
			product: "EIP", name: "公网IP", item: "公网带宽", itemCode: "EIP_Bandwidth", config: "按量计费-按实际流量计费", unit: "GB",
			prefix: "eip", names: []string{"eip-gateway", "eip-office", "eip-mall", "eip-data"},
			price: 800_000, perDay: 12_000_000, rebate: 50, office: true,
		},
		{
			product: "CLB", name: "负载均衡", item: "实例费", itemCode: "CLB_Instance", config: "小型I", unit: "时",
			prefix: "clb", names: []string{"clb-public", "clb-internal"},
			price: 220_000, perDay: 5_280_000, rebate: 0,
		},
		{
			product: "RDS for MySQL", name: "云数据库 MySQL 版", item: "计算规格", itemCode: "rds.mysql.d1", config: "8核32GB", unit: "时",
			prefix: "mysql", names: []string{"订单库", "用户库", "报表库"},
			price: 4_650_000, perDay: 111_600_000, rebate: 200, vouchers: true,
		},
		{
			product: "Redis", name: "缓存数据库 Redis 版", item: "分片规格", itemCode: "redis.shard.4g", config: "4GB 主备", unit: "时",
			prefix: "redis", names: []string{"session", "商品缓存"},
			price: 610_000, perDay: 29_280_000, rebate: 150,
		},
		{
			product: "ark_bd", name: "火山方舟", item: "推理输入", itemCode: "ark_input_tokens", config: "Doubao-pro-32k", unit: "千tokens",
			prefix: "ep", names: []string{"客服助手", "商品文案", "代码评审"},
			price: 800, perDay: 96_000_000, rebate: 100, office: true, spikes: true,
		},
		{
			product: "ark_bd", name: "火山方舟", item: "推理输出", itemCode: "ark_output_tokens", config: "Doubao-pro-32k", unit: "千tokens",
			prefix: "ep", names: []string{"客服助手", "商品文案", "代码评审"},
			price: 2_000, perDay: 64_000_000, rebate: 100, office: true, spikes: true,
		},
		{
			product: "TLS", name: "日志服务", item: "索引流量", itemCode: "TLS_Index", config: "按量计费", unit: "GB",
			prefix: "tls", names: []string{"nginx-access", "app-log"},
			price: 350_000, perDay: 16_000_000, rebate: 80,
		},
		{
			product: "veFaaS", name: "函数服务", item: "函数调用资源", itemCode: "faas_gbs", config: "1核2GB", unit: "GB-秒",
			prefix: "fn", names: []string{"图片缩放", "webhook"},
			price: 100, perDay: 120_000, rebate: 0, internal: true,
		},
		{
			product: "ECS", name: "云服务器", item: "计算型g3i", itemCode: "ecs.g3i", config: "ecs.g3i.4xlarge", unit: "月",
			prefix: "i", names: []string{"跳板机", "k8s-node-01", "k8s-node-02", "k8s-node-03", "k8s-node-04"},
			price: 1_890_000_000, perDay: 1_890_000_000, rebate: 150, monthly: true,
		},
	}
}
