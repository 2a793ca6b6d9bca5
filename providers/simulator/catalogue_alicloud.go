package simulator

// What a medium company runs on Alibaba Cloud. Codes and names are the cloud's; prices are plausible, not its.

func alicloudPlaces() []Place {
	return []Place{
		{"华东1（杭州）", "cn-hangzhou", "杭州 可用区B", "cn-hangzhou-b"},
		{"华东1（杭州）", "cn-hangzhou", "杭州 可用区H", "cn-hangzhou-h"},
		{"华东2（上海）", "cn-shanghai", "上海 可用区G", "cn-shanghai-g"},
		{"中国香港", "cn-hongkong", "香港 可用区C", "cn-hongkong-c"},
	}
}

func alicloudMeters() []meter {
	return []meter{
		{
			product: "ecs", name: "云服务器 ECS", item: "实例规格", itemCode: "instance_type", config: "ecs.g7.2xlarge", unit: "小时",
			prefix: "i-bp1", names: []string{"erp-01", "erp-02", "财务系统", "报表-01", "gitlab", "构建-01", "构建-02", "门户-01", "门户-02", "邮件网关"},
			price: 2_260_000, perDay: 54_240_000, rebate: 220, office: true, vouchers: true,
		},
		{
			product: "ecs", name: "云服务器 ECS", item: "系统盘", itemCode: "systemdisk", config: "cloud_essd", unit: "GB",
			prefix: "i-bp1", names: []string{"erp-01", "erp-02", "财务系统", "报表-01", "gitlab", "门户-01", "门户-02", "邮件网关"},
			price: 2_000, perDay: 4_800_000, rebate: 220,
		},
		{
			product: "yundisk", name: "块存储", item: "云盘容量", itemCode: "disk", config: "cloud_essd_PL1", unit: "GB",
			prefix: "d-bp1", names: []string{"d-erp", "d-gitlab", "d-backup", "d-mail", "d-门户"},
			price: 2_100, perDay: 10_500_000, rebate: 300,
		},
		{
			product: "rds", name: "云数据库 RDS", item: "实例规格", itemCode: "DBInstanceClass", config: "mysql.x4.xlarge.2c", unit: "小时",
			prefix: "rm-bp1", names: []string{"erp-db", "bi-db"},
			price: 5_340_000, perDay: 128_160_000, rebate: 180, vouchers: true,
		},
		{
			product: "rds", name: "云数据库 RDS", item: "备份空间", itemCode: "BackupStorage", config: "mysql", unit: "GB",
			prefix: "rm-bp1", names: []string{"erp-db", "bi-db"},
			price: 600, perDay: 2_400_000, rebate: 0,
		},
		{
			product: "kvstore", name: "云数据库 Tair（兼容 Redis）", item: "实例规格", itemCode: "InstanceClass", config: "tair.rdb.4g", unit: "小时",
			prefix: "r-bp1", names: []string{"erp-cache", "portal-cache"},
			price: 890_000, perDay: 21_360_000, rebate: 100,
		},
		{
			product: "oss", name: "对象存储 OSS", item: "标准存储（本地冗余）容量", itemCode: "Storage", config: "Standard-LRS", unit: "GB",
			prefix: "bucket", names: []string{"erp-attachments", "audit-logs", "backup-hk"},
			price: 5_000, perDay: 38_000_000, rebate: 150,
		},
		{
			product: "oss", name: "对象存储 OSS", item: "外网流出流量", itemCode: "NetworkOut", config: "Standard-LRS", unit: "GB",
			prefix: "bucket", names: []string{"erp-attachments", "backup-hk"},
			price: 500_000, perDay: 14_000_000, rebate: 150, office: true,
		},
		{
			product: "oss", name: "对象存储 OSS", item: "PUT类请求次数", itemCode: "PutRequest", config: "Standard-LRS", unit: "次",
			prefix: "bucket", names: []string{"erp-attachments", "audit-logs"},
			price: 100, perDay: 0,
		},
		{
			product: "cdn", name: "CDN", item: "下行流量", itemCode: "OutTraffic", config: "中国内地", unit: "GB",
			prefix: "cdn", names: []string{"www.example.com", "dl.example.com"},
			price: 240_000, perDay: 42_000_000, rebate: 250,
		},
		{
			product: "slb", name: "负载均衡", item: "LCU", itemCode: "Lcu", config: "slb.lcu.elastic", unit: "个",
			prefix: "lb-bp1", names: []string{"erp-public", "erp-internal"},
			price: 49_000, perDay: 6_500_000, rebate: 0,
		},
		{
			product: "eip", name: "弹性公网 IP", item: "流量", itemCode: "NetworkOut", config: "PayByTraffic", unit: "GB",
			prefix: "eip-bp1", names: []string{"nat-01", "nat-02", "vpn"},
			price: 800_000, perDay: 9_000_000, rebate: 0, office: true,
		},
		{
			product: "sls", name: "日志服务", item: "索引流量-全文索引", itemCode: "IndexFlow", config: "按使用功能计费", unit: "GB",
			prefix: "sls", names: []string{"k8s-log", "actiontrail"},
			price: 350_000, perDay: 12_500_000, rebate: 60,
		},
		{
			product: "odps", name: "大数据计算服务 MaxCompute", item: "SQL 作业", itemCode: "SQL", config: "按量计费", unit: "GB",
			prefix: "odps", names: []string{"bi_prod", "bi_dev"},
			price: 300_000, perDay: 72_000_000, rebate: 120, office: true,
		},
		{
			product: "sfm", name: "大模型服务平台百炼", item: "qwen-max 输入", itemCode: "qwen_max_input", config: "qwen-max", unit: "千Token",
			prefix: "llm", names: []string{"合同审阅", "知识库问答"},
			price: 2_400, perDay: 31_000_000, rebate: 0, office: true,
		},
		{
			product: "ecs", name: "云服务器 ECS", item: "", itemCode: "", config: "ecs.g7.xlarge", unit: "月",
			prefix: "i-bp1", names: []string{"堡垒机", "nacos-01", "nacos-02", "nacos-03"},
			price: 812_000_000, perDay: 812_000_000, rebate: 150, monthly: true,
		},
		{
			product: "rds", name: "云数据库 RDS", item: "", itemCode: "", config: "pg.n4.4c.2m", unit: "月",
			prefix: "pgm-bp1", names: []string{"gitlab-db", "nacos-db"},
			price: 1_460_000_000, perDay: 1_460_000_000, rebate: 120, monthly: true,
		},
	}
}
